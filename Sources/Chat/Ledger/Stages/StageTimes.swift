public import Simulation
import Vocabulary

/// Where the time of deliveries goes: their spans per stage, and the slowest ones whole.
///
/// A stamp says what *begins*: a span belongs to the stage of the stamp in front of it, and the one from
/// the tap to the first stamp to the sender's device. Stamps for all recipients of a letter and those for
/// one of them are merged by time; where branches run side by side, the one that was waited for stamps.
public struct StageTimes {
    /// Of each stage, by number, and at last of the time before the first stamp; in nanoseconds, of all
    /// deliveries that are judged and were shown.
    public let spans: [CoarseHistogram]
    public private(set) var run: SlowestDeliveries

    private let start: Instant
    private var steps: [Delivery.Waypoint] = []  // of the delivery at hand

    /// - Parameter start: deliveries of intended sends from here on are measured.
    init(stages: Int, judgedFrom start: Instant) {
        precondition(stages < Int(UInt16.max), "a stage has a number of 16 bits")
        spans = (0...stages).map { _ in CoarseHistogram() }
        run = SlowestDeliveries()
        self.start = start
    }

    /// Takes a delivery that is complete, or never will be; `newest` are the newest stamps for all and for
    /// this recipient.
    mutating func take(
        _ letter: LetterID, to recipient: User, tapped: Instant, end: Instant, isAccepted: Bool,
        isShown: Bool,
        stamps: borrowing Stamps, newest: (UInt32, UInt32)
    ) {
        guard tapped >= start else { return }
        collect(stamps, newest)
        if isShown { recordSpans(from: tapped, to: end) }
        let latency = isShown ? end - tapped : nil
        if run.mayAdmit(latency) {
            run.add(
                Delivery(
                    letter: letter, recipient: recipient, tapped: tapped, wasAccepted: isAccepted,
                    latency: latency,
                    path: steps, end: end))
        }
    }

    private func recordSpans(from tapped: Instant, to end: Instant) {
        var (stage, since) = (spans.count - 1, tapped)
        for step in steps {
            spans[stage].record(UInt64((step.time - since).nanoseconds))
            (stage, since) = (Int(step.stage), step.time)
        }
        spans[stage].record(UInt64((end - since).nanoseconds))
    }

    /// Both lists run backwards in time; of one moment, what is for all comes first.
    private mutating func collect(_ stamps: borrowing Stamps, _ newest: (UInt32, UInt32)) {
        steps.removeAll(keepingCapacity: true)
        var (common, own) = newest
        // Once it is on its way to this recipient, what is told of it for all is about a copy that was sent again.
        if own != Stamps.none {
            var first = own
            while stamps[first].older != Stamps.none { first = stamps[first].older }
            while common != Stamps.none, stamps[common].time > stamps[first].time {
                common = stamps[common].older
            }
        }
        while common != Stamps.none || own != Stamps.none {
            let takesOwn: Bool
            if common == Stamps.none {
                takesOwn = true
            } else {
                takesOwn = own != Stamps.none && stamps[own].time >= stamps[common].time
            }
            let stamp = stamps[takesOwn ? own : common]
            if takesOwn { own = stamp.older } else { common = stamp.older }
            steps.append(
                Delivery.Waypoint(
                    time: Instant(nanoseconds: stamp.time), stage: stamp.stage, place: stamp.place))
        }
        steps.reverse()
    }
}
