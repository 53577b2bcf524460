internal import CSimulation

/// Work that leaves its world: detected, and a reason to stop, because its return would depend on real time.
///
/// Swift's concurrency runtime announces each job that it puts on the global thread pool, and each question
/// for the main actor. The announcement is made on the thread that caused it, so it is the world's own doing
/// when a world runs there. Work that leaves by other roads (a thread, a dispatch queue, an actor with an
/// executor of its own, `Task.sleep` in a flow) is seen when it comes back to the world; if it never does, a
/// run that dries up names the flow that waits for it.
enum Escape {
    static func watch() { _ = watching }

    private static let watching: Void = hubbub_watch_exits { exit in
        guard let world = World.current else { return }
        world.jobs.report(sentence(leaving(by: exit), in: world))
        world.core.pointee.demandAttention()
    }

    private static func leaving(by exit: hubbub_exit) -> String {
        switch exit {
        case hubbub_exit_main:
            "a task went to the main actor"
        default:
            "a task went to Swift's global thread pool (an unstructured or detached Task, or a nonisolated await or "
                + "a continuation in one; start it with World.start instead)"
        }
    }

    private static func sentence(_ what: String, in world: World) -> String {
        let receiver = world.core.pointee.receiver.map { ", which \(world.name(of: $0)) received" } ?? ""
        let origin = Flow.current.map { ", from flow '\($0.name)'" } ?? receiver
        return "work left the simulation at \(world.now), event \(world.eventNumber)\(origin): \(what)"
    }

    static let returned =
        "work left the simulation unseen and came back from another thread: a call into one of the world's actors from "
        + "outside of it (a detached task, a dispatch queue, another executor)"
}
