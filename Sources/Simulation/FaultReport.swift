internal import CSimulation

/// What is left of a process in which Hubbub itself, or a component, went wrong: a trap, an abort, a bad
/// access.
///
/// The modelled world fails with messages and facts; a fault is a mistake in the program. It ends the process
/// at once, but not without the command that repeats it, and while a world runs its seed, time and event
/// number.
public enum FaultReport {
    /// From now on, for worlds on all threads of the process.
    ///
    /// - Parameter designModules: the modules that are not Hubbub's. Where a function of one was at work, the mistake is
    ///   more likely there, and the report says so.
    public static func install(
        headline: String, repeatCommand: String, exitCode: Int32, designModules: [String] = []
    ) {
        hubbub_report_faults(headline, repeatCommand, exitCode) { name, size in
            guard let receiver = World.current?.nameOfReceiver else { return 0 }
            let bytes = receiver.utf8.prefix(size)
            for (place, byte) in bytes.enumerated() { name[place] = CChar(bitPattern: byte) }
            return bytes.count
        }
        for module in designModules { hubbub_expect_faults_of("$s\(module.utf8.count)\(module)") }
    }
}
