public import Chat
public import Vocabulary

/// What a threshold is about: a metric by where its values come from, and of which role.
public enum Subject: Hashable, Sendable {
    /// A time that the ledger takes of each letter and recipient.
    case times(Sample.Metric)
    /// Something that the ledger counts.
    case events(Incident)
    /// The share of taps accepted in time.
    case availability
    /// The same without taps whose device had no network.
    case availabilityOfService
    /// How long until the system is healthy again.
    case recovery
    case role(String, Resource)
    /// A metric that the design declares itself.
    case own(MetricSheet)

    public var metric: Metric {
        switch self {
        case .times(let metric): metric.described
        case .events(let incident): incident.metric
        case .availability: .availability
        case .availabilityOfService: .availabilityOfService
        case .recovery: .recovery
        case .role(_, let resource): resource.metric
        case .own(let sheet): sheet.metric
        }
    }

    /// Whether a letter counts where its sender is, and not where its recipient is.
    var isOfSenders: Bool {
        switch self {
        case .times(.accept), .events(.refusedByRule), .events(.refusedInTrouble), .availability,
            .availabilityOfService:
            true
        case .times, .events, .recovery, .role, .own: false
        }
    }

    /// All that are of the whole system, in the catalogue's order.
    static let ofSystem: [Subject] =
        Sample.Metric.allCases.map(Subject.times) + Incident.allCases.map(Subject.events)
        + [.availability, .availabilityOfService, .recovery]
}

extension Subject: CustomStringConvertible {
    public var description: String {
        switch self {
        case .role(let role, let resource): "\(role).\(resource.metric)"
        case .own(let sheet): sheet.name
        case .times, .events, .availability, .availabilityOfService, .recovery: metric.name
        }
    }
}

extension Incident {
    public var metric: Metric {
        switch self {
        case .interrupted: .interrupted
        case .lost: .lost
        case .duplicate: .duplicate
        case .misordered: .misordered
        case .disagreement: .disagreements
        case .leaked: .leaked
        case .refusedByRule: .refusedByRule
        case .refusedInTrouble: .refusedInTrouble
        }
    }
}

/// What is read of a role once per slice of time.
public enum Resource: UInt8, Hashable, Sendable, CaseIterable {
    case utilisation, queue, lag, bytes, sending, receiving, connections, disk, diskQueue, storage, memory

    public var metric: Metric {
        switch self {
        case .utilisation: .utilisation
        case .queue: .queue
        case .lag: .lag
        case .bytes: .bytes
        case .sending: .sending
        case .receiving: .receiving
        case .connections: .connections
        case .disk: .disk
        case .diskQueue: .diskQueue
        case .storage: .storage
        case .memory: .memory
        }
    }
}

extension Sample.Metric {
    /// Its place among all times that are measured; those that the design declares follow.
    var place: Int { Int(rawValue) }

    /// What the catalogue says about it.
    public var described: Metric {
        switch self {
        case .accept: .accept
        case .delivery: .delivery
        case .deliveryToAll: .deliveryToAll
        case .catchUp: .catchUp
        case .receipt: .receipt
        case .read: .read
        }
    }
}
