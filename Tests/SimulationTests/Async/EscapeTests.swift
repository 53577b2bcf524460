import Testing

/// In a child process, because an escape goes through the thread pool on which the tests themselves run.
@Suite("kernel: work that leaves the world")
struct EscapeTests {
    private static let pool =
        "work left the simulation at 3s, event 1, which Fugitive[0] received: a task went to Swift's global thread pool "
        + "(an unstructured or detached Task, or a nonisolated await or a continuation in one; start it with "
        + "World.start instead)\n"
    /// Not announced by Swift's runtime, so it is seen only in that the flow never ends.
    private static let sleep = "ran dry at 4s while somebody waits: flow 'snooze', started at 3s\n"
    private static let main =
        "work left the simulation at 3s, event 1, which Fugitive[0] received: a task went to the main actor\n"
    private static let returned =
        "work left the simulation unseen and came back from another thread: a call into one of the world's actors from "
        + "outside of it (a detached task, a dispatch queue, another executor)\n"

    @Test(
        "is detected, and the run stops with a sentence that names it",
        arguments: [
            ("detachedTask", pool), ("taskThatYields", pool), ("nonisolatedAwait", pool),
            ("continuation", pool),
            ("taskThatSleeps", pool),
            ("flowThatSleeps", sleep), ("mainActor", main), ("dispatchQueue", returned),
            ("none", "reached its end\n"),
        ])
    func escape(way: String, sentence: String) throws {
        #expect(try Probe.run("escape", way).output == sentence)
    }
}
