import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// All roles, so that the parts of each know the others: as many machines as the design that they stand for has, with eight
    /// cores each. Like the cluster, it belongs to the thread that runs that.
    struct Peers: @unchecked Sendable {
        let ledger: Ledger
        let gateways: Endpoints<Gateway>
        let newMessageServices: Endpoints<NewMessageService>
        let messageLog: Endpoints<Broker>
        let generators: Endpoints<MessageGenerator>
        let cache: Endpoints<Answerer>
        let recipientLog: Endpoints<Broker>
        let consumers: Endpoints<MessageConsumer>
        let connectionServices: Endpoints<Answerer>
        let assigners: Endpoints<Answerer>
        let hosts: Endpoints<ChatHost>
        let messageServices: Endpoints<MessageService>
        let store: Endpoints<StoreNode>

        private static let hardware = Hardware(
            processor: .init(cores: 8), disk: .init(.nvme, capacity: .megabytes(100_000_000)),
            uplink: Bandwidth(.gigabitsPerSecond(10)), downlink: Bandwidth(.gigabitsPerSecond(10)))

        init(in cluster: Cluster, zones: [Zone], ledger: Ledger) {
            self.ledger = ledger
            func reserve<P: Part>(_ name: String, _ count: Int) -> Endpoints<P> {
                cluster.reserve(name, on: Self.hardware, in: (0..<count).map { zones[$0 % zones.count] })
            }
            gateways = reserve("gateway", 6)
            newMessageServices = reserve("new-message-service", 3)
            messageLog = reserve("message-log", 3)
            generators = reserve("message-generator", 3)
            cache = reserve("cache", 1)
            recipientLog = reserve("recipient-log", 3)
            consumers = reserve("message-consumer", 6)
            connectionServices = reserve("connection-service", 3)
            assigners = reserve("host-assigner", 3)
            hosts = reserve("chat-host", 10)
            messageServices = reserve("message-service", 3)
            store = reserve("message-store", 3)
        }

        func start(in cluster: Cluster) {
            cluster.start(gateways) { seat, _ in Gateway(seat: seat, peers: self) }
            cluster.start(newMessageServices) { seat, _ in
                NewMessageService(seat: seat, peers: self)
            }
            cluster.start(messageLog) { seat, _ in
                Broker(seat: seat, brokers: messageLog, partitions: generators.count)
            }
            cluster.start(generators) { seat, _ in
                MessageGenerator(seat: seat, peers: self)
            }
            cluster.start(cache) { seat, _ in Answerer(seat: seat, says: .done) }
            cluster.start(recipientLog) { seat, _ in
                Broker(seat: seat, brokers: recipientLog, partitions: consumers.count)
            }
            cluster.start(consumers) { seat, _ in MessageConsumer(seat: seat, peers: self) }
            cluster.start(connectionServices) { seat, _ in Answerer(seat: seat, says: .notBlocked) }
            cluster.start(assigners) { seat, _ in Answerer(seat: seat, says: .host(among: hosts.count)) }
            cluster.start(hosts) { seat, _ in ChatHost(seat: seat, peers: self) }
            cluster.start(messageServices) { seat, _ in MessageService(seat: seat, store: store) }
            cluster.start(store) { seat, _ in StoreNode(seat: seat) }
        }
    }

    /// A part that says how much it has handled: letters, records, rows, confirmations, questions.
    protocol Hop: Part {
        var handled: UInt64 { get }
    }

    static let stages = [
        "gateway", "new-message-service", "message-log", "message-generator", "recipient-log",
        "message-consumer", "chat-host",
    ]
    static let gatewayStage = Stage.own
    static let newMessageStage = Stage.own + 1
    static let messageLogStage = Stage.own + 2
    static let generatorStage = Stage.own + 3
    static let recipientLogStage = Stage.own + 4
    static let consumerStage = Stage.own + 5
    static let hostStage = Stage.own + 6
}
