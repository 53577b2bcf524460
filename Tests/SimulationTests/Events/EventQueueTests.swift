import Simulation
import Testing

/// A queue beside a model of it that is as plain as can be: an array, sorted when asked.
private struct Twin {
    var queue = EventQueue()
    var model: [(time: UInt64, tie: UInt64)] = []
    var now: UInt64 = 0
    private(set) var disagreements: [String] = []
    private var tie: UInt64 = 0
    private var live: [EventPointer] = []

    mutating func insert(at time: UInt64) {
        tie += 1
        let event = EventPointer.allocate(capacity: 1)
        event.initialize(to: Event(time: time, tie: tie, target: 0))
        queue.insert(event)
        model.append((time, tie))
        live.append(event)
    }

    /// Takes the earliest out of both, if it is before `end`, and notes whether they agree.
    mutating func removeFirst(before end: UInt64 = .max) {
        let expected = model.indices.min { model[$0] < model[$1] }.flatMap { model[$0].time < end ? $0 : nil }
        var removed = queue.removeFirst(before: end)
        while let event = removed, event.pointee.isCancelled {
            queue.cancelled -= 1
            event.deallocate()
            removed = queue.removeFirst(before: end)
        }
        let found = removed.map { ($0.pointee.time, $0.pointee.tie) } ?? (0, 0)
        let due = expected.map { model[$0] } ?? (0, 0)
        if found != due { disagreements.append("\(found) came out instead of \(due)") }
        if let expected { model.remove(at: expected) }
        guard let event = removed else { return }
        now = event.pointee.time
        live.removeAll { $0 == event }
        event.deallocate()
    }

    mutating func cancel(_ index: Int) {
        let event = live.remove(at: index)
        model.removeAll { $0.tie == event.pointee.tie }
        event.pointee.target |= Event.cancelledBit
        if queue.noteCancelled() { queue.sweep { $0.deallocate() } }
    }

    func deallocate() {
        for event in live { event.deallocate() }
        queue.deallocate()
    }
}

@Suite("kernel: event queue")
struct EventQueueTests {
    /// How far ahead an event is inserted, by kind of operation: close together, spread, far future, at the
    /// same instant.
    private static func delay(_ stream: inout RandomStream) -> UInt64 {
        switch stream.below(10) {
        case 0...3: UInt64(stream.below(2_000))
        case 4...6: UInt64(stream.below(50_000_000))
        case 7: UInt64(stream.below(1 << 45))
        case 8: 1 << UInt64(20 + stream.below(40))
        default: 0
        }
    }

    /// One event pending, 1.5 us after the last: after 1,024 buckets of 1,024 ns they become 8,192 ns wide,
    /// and the event that is next lies in the current one.
    @Test("buckets that widen around the only event do not hide it")
    func widening() {
        var twin = Twin()
        for _ in 0..<5_000 {
            twin.insert(at: twin.now + 1_500)
            twin.removeFirst()
        }
        #expect(twin.disagreements == [])
        twin.deallocate()
    }

    /// 40,000 operations on up to a few hundred pending events, with the queue's inner rules checked every
    /// 50.
    @Test(
        "agrees with a sorted array, whatever is inserted, removed and cancelled",
        arguments: 1...4 as ClosedRange<UInt64>)
    func agreesWithModel(seed: UInt64) {
        var stream = Streams(seed: seed, purpose: Purpose("event queue test")).stream(of: 0)
        var twin = Twin()
        for step in 0..<10_000 {
            switch stream.below(20) {
            case 0...8: twin.insert(at: twin.now + Self.delay(&stream))
            case 9:  // a burst at one instant
                for _ in 0..<stream.below(150) { twin.insert(at: twin.now + 1_000) }
            case 10: if !twin.model.isEmpty { twin.cancel(stream.below(twin.model.count)) }
            case 11: twin.removeFirst(before: twin.now + Self.delay(&stream))
            default:
                for _ in 0..<(twin.model.count > 300 ? 20 : 1) { twin.removeFirst() }
            }
            if step % 50 == 0 { twin.queue.checkInvariants() }
        }
        while !twin.model.isEmpty { twin.removeFirst() }
        twin.removeFirst()
        #expect(twin.disagreements == [])
        twin.queue.checkInvariants()
        twin.deallocate()
    }

    /// The gaps between events change by up to a factor of 2⁴⁰ every 3,000 events, so widths and numbers of
    /// buckets follow in both directions, with few events pending and with many.
    @Test("agrees with a sorted array while the load changes", arguments: [1, 2, 7, 50, 400])
    func changingLoad(pending: Int) {
        var stream = Streams(seed: UInt64(pending), purpose: Purpose("event queue load test")).stream(of: 0)
        var twin = Twin()
        var spread = 1_000
        for step in 0..<30_000 {
            if step % 3_000 == 0 { spread = 1 << stream.below(41) }
            while twin.model.count < pending { twin.insert(at: twin.now + UInt64(stream.below(spread))) }
            twin.removeFirst()
            if step % 500 == 0 { twin.queue.checkInvariants() }
        }
        #expect(twin.disagreements == [])
        twin.deallocate()
    }

    /// The order of what comes out is checked against the order itself: a model of that size would take
    /// minutes.
    @Test("a million pending events come out in order, while others go in")
    func million() {
        var stream = Streams(seed: 5, purpose: Purpose("event queue test")).stream(of: 1)
        var queue = EventQueue()
        let nodes = EventPointer.allocate(capacity: 2_000_000)
        var inserted = 0
        func insert(at time: UInt64) {
            (nodes + inserted).initialize(to: Event(time: time, tie: UInt64(inserted + 1), target: 0))
            queue.insert(nodes + inserted)
            inserted += 1
        }
        for _ in 0..<1_000_000 { insert(at: UInt64(stream.below(1 << (30 + stream.below(15))))) }
        queue.checkInvariants()
        var last: (time: UInt64, tie: UInt64) = (0, 0)
        var removed = 0
        while let event = queue.removeFirst(before: .max) {
            let this = (event.pointee.time, event.pointee.tie)
            #expect(last < this)
            last = this
            removed += 1
            if inserted < 2_000_000, removed % 2 == 0 { insert(at: this.0 + UInt64(stream.below(1 << 32))) }
            if removed % 500_000 == 0 { queue.checkInvariants() }
        }
        #expect(removed == inserted)
        #expect(inserted > 1_900_000)
        queue.deallocate()
        nodes.deallocate()
    }

    @Test("a hundred thousand events of one instant come out by their ties")
    func burst() {
        var queue = EventQueue()
        let nodes = EventPointer.allocate(capacity: 100_000)
        for i in 0..<100_000 {  // 7,919 is coprime to 100,000: every tie once, in a scattered order
            let tie = UInt64(i * 7_919 % 100_000 + 1)
            (nodes + i).initialize(to: Event(time: 3_000_000_000, tie: tie, target: 0))
            queue.insert(nodes + i)
        }
        for tie in 1...100_000 as ClosedRange<UInt64> {
            #expect(queue.removeFirst(before: .max)?.pointee.tie == tie)
        }
        queue.checkInvariants()
        queue.deallocate()
        nodes.deallocate()
    }

    @Test("an event is taken only before the end that is asked for, and none is lost by asking")
    func end() {
        var twin = Twin()
        for time in [5, 5_000, 5_000_000, 5_000_000_000, 1 << 62] as [UInt64] { twin.insert(at: time) }
        for time in [5, 5_000, 5_000_000, 5_000_000_000, 1 << 62] as [UInt64] {
            twin.removeFirst(before: time)
            twin.queue.checkInvariants()
            twin.insert(at: time - 2)  // before what was asked for, after what has been
            twin.removeFirst(before: time)
            twin.removeFirst(before: time + 1)
        }
        #expect(twin.model.isEmpty)
        #expect(twin.disagreements == [])
        twin.deallocate()
    }
}
