internal import Chat
internal import Cluster
internal import Vocabulary

struct FaultSchedule {
    struct Occasion {
        var name = ""; var kind = ""; var target = ""; var from = Instant.start; var to: Instant?
    }
    var occasions: [Occasion] = []
    var timeline: [Timeline.Fault] { [] }
    init(_ s: Scenario) {}
    func plan(in c: Cluster, layout: Layout, phones: some Collection, town: Town) {}
}
