internal import Chat
internal import Experiments
import Results
import Vocabulary

/// What playing a scenario will take of this machine, before anybody plays it: events by the planned load, and
/// time and memory by what runs of known size took.
///
/// It counts on a load that the system can bear. Letters that pile up, in an overload or behind a fault, are
/// sent again and kept for longer, and so are more of both.
struct Forecast {
    let events: Double
    let seconds: Double
    let bytes: Double
    private let letters: Double
    private let showings: Double
    private let devices: Double
    private let effort: Effort
    private let nanoseconds: Double

    private static let programBytes = 38e6
    private static let secondsToStart = 0.1
    /// Taken on a machine that had other work too, and scaled to the 8.6 s of 100,000 people that it takes alone.
    /// An event waits for memory the longer, the more devices there are to fit into the caches.
    private static let nanoseconds: [(devices: Double, perEvent: Double)] = [
        (10_000, 480), (100_000, 570), (300_000, 670),
    ]

    init(of scenario: Scenario, load: PlannedLoad, effort: Effort) {
        self.effort = effort
        let users = scenario.users
        let perUser = users.devices.entries.reduce(0) { $0 + Double($1.part) * $1.share.fraction }
        devices = Double(users.count) * perUser
        letters = load.letters
        // On all devices of the recipients, and on the others of the sender.
        showings = letters * (load.recipients * perUser + perUser - 1)
        events =
            letters * effort.eventsPerLetter + showings * effort.eventsPerShowing
            + (scenario.duration + scenario.drain).seconds * effort.eventsPerSecond
        nanoseconds = effort.nanosecondsPerEvent ?? Self.nanoseconds(with: devices)
        seconds = Self.secondsToStart + events * nanoseconds / 1e9
        bytes =
            Self.programBytes + devices * effort.bytesPerDevice + letters * effort.bytesPerLetter
            + showings * effort.bytesPerShowing
    }

    /// Between two sizes that were measured on a straight line, beyond them as at the nearest.
    private static func nanoseconds(with devices: Double) -> Double {
        guard let above = nanoseconds.firstIndex(where: { $0.devices >= devices }) else {
            return nanoseconds[nanoseconds.count - 1].perEvent
        }
        guard above > 0 else { return nanoseconds[0].perEvent }
        let (low, high) = (nanoseconds[above - 1], nanoseconds[above])
        let share = (devices - low.devices) / (high.devices - low.devices)
        return low.perEvent + share * (high.perEvent - low.perEvent)
    }

    var text: String {
        func count(_ number: Double) -> String { shortText(wholeNumber(number)) }
        func bytes(_ number: Double) -> String { bytesText(wholeNumber(number)) }
        func whole(_ number: Double) -> String { decimal(number, places: 0) }
        let take = "\(time) and \(memory) on one core of 2.5 GHz with nothing else to do"
        let ofLetters = "\(whole(effort.eventsPerLetter)) for each of \(count(letters)) letters"
        let ofShowings =
            "\(whole(effort.eventsPerShowing)) for each of \(count(showings)) times that one is shown on a device"
        let ofRoles =
            effort.eventsPerSecond > 0
            ? ", and \(whole(effort.eventsPerSecond)) each second among the roles" : ""
        let perEvent = "\(whole(nanoseconds)) ns an event with \(count(devices)) devices"
        let space = [
            "\(bytes(Self.programBytes)) for the program", "\(bytes(effort.bytesPerDevice)) a device",
            "\(bytes(effort.bytesPerLetter)) a letter",
            "\(bytes(effort.bytesPerShowing)) a showing; more where letters pile up",
        ]
        let lines = [
            take, "\(count(events)) events: \(ofLetters) and \(ofShowings)\(ofRoles); \(perEvent)",
            space.joined(separator: ", "),
        ]
        return lines.map { "  " + wrapped($0, indent: 2) + "\n" }.joined()
    }

    /// Two digits: more would be a promise.
    private var time: String {
        guard seconds >= 1 else { return "less than 1s" }
        return "about "
            + clockText(Span.seconds(Int64(min(Self.rounded(seconds), Span.bounds.upperBound.seconds))))
    }
    private var memory: String { bytesText(wholeNumber(Self.rounded(bytes))) }

    private static func rounded(_ value: Double) -> Double {
        var unit = 1.0
        while value / unit >= 100 { unit *= 10 }
        return (value / unit).rounded() * unit
    }

    var json: JSON {
        .object([("events", .number(events)), ("seconds", .number(seconds)), ("bytes", .number(bytes))])
    }
}

/// For words: what is more than can be counted counts as the most.
func wholeNumber(_ number: Double) -> UInt64 { number >= 0 ? UInt64(min(number, 1e19)) : 0 }
