internal import CSimulation

/// What is left of a process in which Hubbub itself, or a component, went wrong: a trap, an abort, a bad
/// access.
///
/// The modelled world fails with messages and facts; a fault is a mistake in the program. It ends the process
/// at once, but not without the command that repeats it, and while a world runs its seed, time and event
/// number.
public enum FaultReport {
    /// From now on, for worlds on all threads of the process.
    public static func install(headline: String, repeatCommand: String, exitCode: Int32) {
        hubbub_report_faults(headline, repeatCommand, exitCode)
    }
}
