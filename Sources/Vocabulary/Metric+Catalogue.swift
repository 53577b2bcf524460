extension Metric {
    /// All metrics, in the order in which help pages list them; the same in every design, scenario and
    /// report.
    public static let all: [Metric] = [
        accept, delivery, deliveryToAll, interrupted, catchUp, receipt, read,
        lost, duplicate, misordered, disagreements, leaked, refusedByRule, refusedInTrouble,
        availability, availabilityOfService, recovery,
        utilisation, queue, lag, bytes, sending, receiving, connections, disk, diskQueue, storage, memory,
    ]

    public static let accept = times(
        "accept", "acceptances", "from the tap until the device learns that the system has the letter")
    public static let delivery = times(
        "delivery", "deliveries",
        "from the tap until the letter is first shown to a recipient who has the app open all that time"
    )
    public static let deliveryToAll = times(
        "delivery.all", "deliveries to all devices",
        "from the tap until the letter is shown on every device of that recipient whose app is open")
    public static let catchUp = times(
        "catch-up", "catch-ups", "from a recipient's return until everything sent meanwhile is shown")
    public static let receipt = times(
        "receipt", "receipts",
        "from when a letter is shown until the sender's device knows, of senders who have the app open all that time"
    )
    public static let read = times(
        "read", "read receipts",
        "from when a letter is read until the sender's device knows, of senders who have the app open all that time"
    )

    public static let interrupted = events(
        "delivery.interrupted", "interrupted deliveries",
        "letters whose recipient closed the app before they were shown, which then belong to catch-up",
        .neither)
    public static let lost = events(
        "lost", "lost letters", "accepted letters that were never shown to a recipient they are due to")
    public static let duplicate = events(
        "duplicate", "duplicates", "letters that were shown again on a device that had shown them")
    public static let misordered = events(
        "misordered", "misordered letters",
        "letters that a device showed after a later one of the same sender in the same conversation")
    public static let disagreements = events(
        "disagreements", "letters shown in another order",
        "letters that a device showed after one which stands behind it in the order in which a room's letters were "
            + "first shown to anybody but their senders")
    public static let leaked = events(
        "leaked", "leaked letters",
        "letters shown to a stranger or across a block")
    public static let refusedByRule = events(
        "refused.by-rule", "letters refused by a rule",
        "letters that the design does not take, as too large ones: they count in no other metric", .neither)
    public static let refusedInTrouble = events(
        "refused.in-trouble", "refusals in trouble",
        "how often an app was told that its letter is not taken, since the system is overloaded or has failed: it "
            + "tries again")

    public static let availability = Metric(
        name: "availability", unit: .share, direction: .largerIsBetter, kind: .oneNumber,
        sentence:
            "the share of taps, without those refused by a rule, that were accepted within the patience "
            + "of the scenario", plural: "taps")
    public static let availabilityOfService = Metric(
        name: "availability.service", unit: .share, direction: .largerIsBetter, kind: .oneNumber,
        sentence: "the same without taps whose device had no working network all that time",
        plural: "taps with a working network")
    public static let recovery = Metric(
        name: "recovery", unit: .time, direction: .smallerIsBetter, kind: .oneNumber,
        sentence:
            "from the end of a fault, or of a phase of load, to the end of the first of as many healthy windows in a row as 'hold' says, so a "
            + "window at least; 0 where none was unhealthy any more",
        plural: "recoveries")

    public static let utilisation = perRole(
        "utilisation", .share, .level, "the share of the cores' time in which they worked")
    public static let queue = perRole("queue", .count, .level, "how much waits for a core", .smallerIsBetter)
    public static let lag = perRole(
        "lag", .count, .level, "how many records of a log nobody has taken yet", .smallerIsBetter)
    public static let bytes = perRole("bytes", .bytes, .flow, "what its machines sent and received")
    public static let sending = perRole(
        "sending", .share, .level, "the share of its network interfaces' bandwidth that what they sent took")
    public static let receiving = perRole(
        "receiving", .share, .level,
        "the share of its network interfaces' bandwidth that what they received took")
    public static let connections = perRole("connections", .count, .level, "how many connections are open")
    public static let disk = perRole(
        "disk", .share, .level, "the share of the time in which its disks worked")
    public static let diskQueue = perRole(
        "disk-queue", .count, .level, "how much its disks are at, or have still to do", .smallerIsBetter)
    public static let storage = perRole("storage", .bytes, .level, "what its disks hold", .smallerIsBetter)
    public static let memory = perRole(
        "memory", .bytes, .level, "what its parts keep in memory, and their connections", .smallerIsBetter)

    private static func times(_ name: String, _ plural: String, _ sentence: String) -> Metric {
        Metric(
            name: name, unit: .time, direction: .smallerIsBetter, kind: .times, sentence: sentence,
            plural: plural)
    }

    private static func events(
        _ name: String, _ plural: String, _ sentence: String, _ direction: Preference = .smallerIsBetter
    ) -> Metric {
        Metric(
            name: name, unit: .count, direction: direction, kind: .events, sentence: sentence, plural: plural)
    }

    /// A metric of one role, by its name there.
    package static func perRole(
        _ name: String, _ unit: Unit, _ kind: Kind, _ sentence: String, _ direction: Preference = .neither,
        plural: String? = nil
    ) -> Metric {
        Metric(
            name: name, unit: unit, direction: direction, kind: kind, sentence: sentence,
            plural: plural ?? name)
    }
}
