import Chaos
import Testing

@Suite("chaos: planted faults")
struct PlantedTests {
    @Test("there is a design for each planted fault")
    func designs() { #expect(PlantedFault.designs.count == PlantedFault.all.count) }

    /// Lost on a crash at any moment, and lost while somebody is away.
    @Test("what is lost on a crash, and what is not kept, is found within 64 runs", arguments: [0, 11])
    func found(number: Int) throws {
        let found = try Search(number, seed: 1, learns: true).runs(atMost: 64)
        #expect(found != nil, "\(PlantedFault.all[number].name)")
    }
}

/// A campaign against one planted fault, up to its find.
struct Search {
    private let arena: Arena
    private let learns: Bool

    init(_ number: Int, seed: Int, learns: Bool) throws {
        var world = SmallWorld(design: PlantedFault.designs[number])
        world.seed = seed
        // Three minutes with the drain, as long as may be, and 15 letters a second.
        (world.duration, world.send, world.window) = (.seconds(120), 15, .seconds(10))
        var arena = try world.arena()
        // What is known of the run without faults is part of the search.
        if learns { arena.learn(from: arena.control.run()) }
        (self.arena, self.learns) = (arena, learns)
    }

    /// The number of the first run in which a promise is broken; nil when there is none.
    func runs(atMost limit: Int) -> Int? {
        var campaign = Campaign(arena, learns: learns)
        campaign.play(limit) { $0.runs.contains { $0.outcome.broken.contains(where: \.isWrong) } }
        return campaign.runs.first { $0.outcome.broken.contains(where: \.isWrong) }?.number
    }
}
