public import Chat
public import Cluster
internal import Infrastructure
internal import Rented
internal import Vocabulary

/// S0: a new-message service and a message-sending service with logs between, that share nothing but what they rent.
///
///     app ─▶ gateway ─▶ new-message service ─▶ message log ─▶ message generator ─▶ recipient log ─▶ message consumer
///      ▲                                                             └▶ cache          │   └▶ message service ─▶ store
///      └────────────────────── chat host ◀─────────── which one? host assigner ◀───────┤
///                                                     is it blocked? connection service ◀┘─▶ store
///
/// Each stands on machines of its own, in as many zones as the scenario has.
public enum SenderService: Design {
    public static let sheet = DesignSheet(
        "sender-service",
        "New-message service → log → generator → log by recipient → consumer → host assigner → chat hosts",
        roles: [
            gateway, newMessageService, messageLog, messageLogController, messageGenerator, cache,
            cacheSentinel, recipientLog, recipientLogController, messageConsumer, hostAssigner,
            hostRegistry, chatHost, autoscaler, messageService, messageStore, connectionService,
            connectionStore, fileServer,
        ],
        metrics: [
            messageBacklog, recipientBacklog, copies, blocked, blockedInRooms, blocksKnown, picturesRefused,
            joinsRefused, flagged, hosts, removed, stolenLetters, stolenBytes, stolenPlain, profileLook,
            keyNotices, storedFiles, servedFiles, unreadPieces,
            .ciphertexts, .resendsAsked, .sendsSaved, .deadLetters, .blockConflicts, .unblocksForbidden,
            .blocksMistaken, .blockInconsistency, .search, .storedBytes, .historyBytes, .historyDownload,
            .upload, .download, .filesWaiting, .filesLost,
        ],
        acts: SenderAct.allCases.map(\.sheet),
        promises: [
            OneHostAUser.self, CheckpointNeverSkips.self, CleanLogs.self, NeverPutTogether.self,
            StoppedAtServer.self,
        ], checksCredentials: true, abilities: [.sealing, .blocksPerDevice, .search, .media],
        // Measured with 1,000 to 100,000 people, at one and three letters a minute, with 1.3 devices each.
        effort: Effort(
            eventsPerLetter: 60, eventsPerShowing: 13, eventsPerSecond: 1_000, nanosecondsPerEvent: 1_400,
            bytesPerDevice: 1_750, bytesPerLetter: 620, bytesPerShowing: 100),
        scale: ScaleSheet(
            people: 100_000, oneLetterEvery: .minutes(1), of: .kilobytes(4), requirement: "S0-6"))

    // MARK: Roles

    static let gateway = Role(
        "gateway", "Lets people in, limits them, and routes what they say",
        requirements: ["S0-11", "S0-9", "S0-30"],
        count: 6, settings: GatewaySettings.self, of: Gateway.self)
    static let newMessageService = Role(
        "new-message-service", "Looks whether a letter is one, and has the log take it",
        requirements: ["S0-12", "S0-13"], count: 3, settings: NewMessageSettings.self,
        of: NewMessageService.self)
    static let messageLog = Role.log(
        "message-log", "Keeps letters until a generator has taken them", requirements: ["S0-12", "S0-21"],
        hasLag: true)
    static let messageLogController = Role.logController(
        "message-log-controller", "Says who leads the partitions of the message log", requirements: ["S0-12"])
    static let messageGenerator = Role(
        "message-generator", "Makes a message for each recipient", requirements: ["S0-14"], count: 3,
        settings: MessageGeneratorSettings.self, of: MessageGenerator.self)
    static let cache = Role.cache(
        "cache", "Keeps how far the generators are", requirements: ["S0-14", "S0-21"])
    static let cacheSentinel = Role.cacheSentinel(
        "cache-sentinel", "Makes a replica of the cache its primary, when that is gone",
        requirements: ["S0-21"])
    static let recipientLog = Role.log(
        "recipient-log", "Keeps messages, those of a recipient in one partition", requirements: ["S0-15"],
        hasLag: true)
    static let recipientLogController = Role.logController(
        "recipient-log-controller", "Says who leads the partitions of the recipient log",
        requirements: ["S0-15"])
    static let messageConsumer = Role(
        "message-consumer", "Sends messages to the hosts of their recipients",
        requirements: ["S0-16", "S0-39"],
        count: 6, in: 1...200, settings: MessageConsumerSettings.self, of: MessageConsumer.self)
    static let hostAssigner = Role(
        "host-assigner", "Says which chat host serves a user or a room", requirements: ["S0-17"], count: 3,
        in: 1...1_000,
        settings: HostAssignerSettings.self, of: HostAssigner.self)
    static let hostRegistry = Role(
        "host-registry", "Agrees on which chat hosts there are", requirements: ["S0-17"], count: 3,
        in: AgreementSettings.members, settings: HostRegistrySettings.self, of: HostRegistry.self)
    static let chatHost = Role(
        "chat-host", "Holds the connections of people, and hands messages to their devices",
        requirements: ["S0-18", "S0-3", "S0-22"], count: 10, in: 1...HostView.limit, spare: 10,
        settings: ChatHostSettings.self, of: ChatHost.self)
    static let autoscaler = Role(
        "autoscaler", "Has chat hosts come and go by how busy they are", requirements: ["S0-29"], in: 1...1,
        settings: AutoscalerSettings.self, of: Autoscaler.self)
    static let messageService = Role(
        "message-service", "Logs messages, and serves those that devices have missed",
        requirements: ["S0-19", "S0-36"],
        count: 3, settings: MessageServiceSettings.self, of: MessageService.self)
    static let messageStore = Role(
        "message-store", "Keeps what the message service logs", requirements: ["S0-19", "S0-37"], count: 3,
        in: WideColumnRing.nodeCounts,
        settings: WideColumnRoleSettings.self, of: WideColumnNode.self)
    static let connectionService = Role(
        "connection-service", "Knows who blocks whom, who is in which room, and the keys of all devices",
        requirements: ["S0-20", "S0-25", "S0-33"], count: 3, settings: ConnectionServiceSettings.self,
        of: ConnectionService.self)
    static let connectionStore = Role(
        "connection-store", "Keeps what the connection service knows", requirements: ["S0-20"], count: 3,
        in: WideColumnRing.nodeCounts,
        settings: WideColumnRoleSettings.self, of: WideColumnNode.self)
    static let fileServer = Role(
        "file-server", "Keeps the files that letters refer to", requirements: ["S0-41"], count: 3,
        in: 1...200,
        settings: FileServerSettings.self, of: FileServer.self)

    // MARK: Metrics

    static let messageBacklog = MetricSheet.level(
        "backlog", of: messageGenerator,
        "letters that lie in the message log, and that no generator has taken")
    static let recipientBacklog = MetricSheet.level(
        "backlog", of: messageConsumer,
        "messages that lie in the recipient log, and that no consumer has taken")
    static let copies = MetricSheet.flow(
        "copies", of: messageGenerator, "messages that generators have made, repeated ones counted each time")
    static let blocked = MetricSheet.flow(
        "blocked", of: messageConsumer,
        "messages that were stopped because their recipient has blocked the sender")
    static let blockedInRooms = MetricSheet.flow(
        "blocked", of: chatHost,
        "members whom a host passed over because they have blocked the sender, where letters to rooms come in one piece"
    )
    static let flagged = MetricSheet.level(
        "flagged", of: gateway, "people who went on sending when they were not allowed to")
    static let hosts = MetricSheet.level(
        "hosts", of: autoscaler, "chat hosts that it wants to be there", in: .count, .neither)
    static let removed = MetricSheet.flow(
        "removed", of: messageService,
        "large letters whose ciphertexts were removed, since their envelope never came")
    static let stolenLetters = MetricSheet.flow(
        "stolen-letters", of: messageService, "copies of letters that somebody got who had got in",
        in: .count,
        .smallerIsBetter)
    static let stolenBytes = MetricSheet.flow(
        "stolen-bytes", of: messageService, "what these weigh, all their ciphertexts together", in: .bytes,
        .smallerIsBetter)
    static let stolenPlain = MetricSheet.flow(
        "stolen-plain", of: messageService, "those of them that can be read without a key", in: .count,
        .smallerIsBetter)
    static let profileLook = MetricSheet.durations(
        "profile-look", of: gateway,
        "from when a gateway is asked for a user's name and picture until it sends them on",
        plural: "looks at users")
    static let keyNotices = MetricSheet.flow(
        "key-notices", of: chatHost, "devices that were told of the new key of another one")
    static let blocksKnown = MetricSheet.share(
        "blocks-known", of: connectionService,
        "the share of questions about a block that were answered from memory, without the store",
        plural: "questions about blocks")
    static let picturesRefused = MetricSheet.flow(
        "pictures-refused", of: connectionService,
        "pictures of users that it did not take, since they were larger than its avatar-limit")
    static let joinsRefused = MetricSheet.flow(
        "joins-refused", of: connectionService,
        "people whom it did not let into a room: it was full, or somebody there blocks them, or is blocked by them"
    )

    static let storedFiles = MetricSheet.level(
        "stored-bytes", of: fileServer, "what it has of files", in: .bytes, .neither)
    static let servedFiles = MetricSheet.flow(
        "served-bytes", of: fileServer, "what it has read of files for devices", in: .bytes)
    static let unreadPieces = MetricSheet.flow(
        "unread-pieces", of: fileServer, "pieces of files that it could not read", in: .count,
        .smallerIsBetter)

    // MARK: Stages

    public static let stages = [
        StageSheet(
            "work and calls", of: gateway, waitsFor: [newMessageService],
            about: "from when a letter has come to a gateway until it has come to a new-message service: the "
                + "wait for a core, the work, and the call"),
        StageSheet(
            "work and calls", of: newMessageService,
            about: "from when a letter has come to the service until it is handed to the producer of the "
                + "message log: the wait for a core, and the work"),
        StageSheet(
            "append until read", of: messageLog,
            about: "from when a letter is handed to the producer of the log until a generator's machine has "
                + "fetched it: the producer's linger, what the log does, and the wait until a generator asks"),
        StageSheet(
            "work and calls", of: messageGenerator, waitsFor: [cache],
            about: "from when a letter has come to a generator until the copy for its recipient is handed to "
                + "the producer of the recipient log: the wait for a core, the work, and the batches before "
                + "that one"),
        StageSheet(
            "append until read", of: recipientLog,
            about: "from when a copy is handed to the producer of the log until a consumer's machine has "
                + "fetched it: the producer's linger, what the log does, and the wait until a consumer asks"),
        StageSheet(
            "work and calls", of: messageConsumer,
            waitsFor: [connectionService, hostAssigner, messageService],
            about: "from when a copy has come to a consumer until it has come to its recipient's chat host, "
                + "or its room's: the wait for a core, the work, the questions, and the way there"),
        StageSheet(
            "work and calls", of: chatHost, waitsFor: [messageService],
            about: "from when a copy has come to that host until the one of its recipient says it on its "
                + "line: the wait for a core, the work, for a room the way from host to host, and "
                + "what is fetched of a letter too large for the logs"),
    ]
    static let gatewayStage = Stage.own
    static let newMessageStage = Stage.own + 1
    static let messageLogStage = Stage.own + 2
    static let generatorStage = Stage.own + 3
    static let recipientLogStage = Stage.own + 4
    static let consumerStage = Stage.own + 5
    static let hostStage = Stage.own + 6

    public static let promises = Promises(sealsBodies: true, changesSpread: changesSpread)

    /// How long it may take until all parts go by what people have changed: as long as a letter may be on its way (S0-8).
    static let changesSpread = Span.seconds(10)

    /// What a word between services weighs, beside what it carries: ids and headers.
    static let frame = ByteCount.bytes(100)

    /// How long a service that sends words without an answer bears with a connection over which nothing comes through: some
    /// repetitions, and far less than the minute to which the pauses between them double.
    static let connectionPatience = Span.seconds(5)

    /// Groups of consumers.
    static let generators = "message-generators"
    static let consumers = "message-consumers"

    // MARK: The app

    /// The channels of its app.
    static let toGateway = 0
    static let toHost = 1
    static let toFiles = 2

    public static func app(on site: Site) -> AppPlan {
        var channels: [AppPlan.Channel] = [
            .init("gateway", triesOthers: true), .init("host", foundOver: toGateway),
        ]
        let files = site.settings(of: fileServer)
        let hasFilesChannel = site.client.sendsMedia && files.path == .apart
        if hasFilesChannel {
            channels.append(.init("files", staysOpen: false, leadsToFiles: true, lingers: files.linger))
        }
        var plan = AppPlan(channels: channels)
        plan.routes.files = hasFilesChannel ? toFiles : toGateway
        plan.routes.confirmations = toHost
        plan.blocks = site.client.blocks
        plan.asksOnOpening = plan.blocks == nil ? [.history] : [.history, .blocks]
        plan.opening = toHost
        plan.keepsStore = true
        plan.sealing = site.client.sealing ?? site.settings(of: connectionService).sealing
        return plan
    }

    // MARK: Building

    public static func build(on site: Site) -> (User) -> FrontDoor { build(on: site, rules: SenderRules()) }

    public static func build(on site: Site, rules: SenderRules) -> (User) -> FrontDoor {
        let peers = SenderPeers(on: site, rules)
        let hosts = peers.hosts
        site.add(gateway) { Gateway(seat: $0, settings: $1, site: site, peers: peers, rules: rules.gateway) }
        site.add(newMessageService) {
            NewMessageService(seat: $0, settings: $1, site: site, peers: peers, rules: rules.newMessage)
        }
        site.addLog(messageLog, controllers: messageLogController, of: PostedLetter.self)
        site.add(messageGenerator) {
            MessageGenerator(seat: $0, settings: $1, site: site, peers: peers, rules: rules.generator)
        }
        site.addCache(cache, sentinels: cacheSentinel)
        site.addLog(recipientLog, controllers: recipientLogController, of: AddressedLetter.self)
        site.add(messageConsumer) {
            MessageConsumer(seat: $0, settings: $1, site: site, peers: peers, rules: rules.consumer)
        }
        site.add(hostAssigner) {
            HostAssigner(seat: $0, settings: $1, site: site, peers: peers, rules: rules.assigner)
        }
        site.add(hostRegistry) {
            HostRegistry(seat: $0, settings: $1, members: peers.registry, peers: peers)
        }
        site.add(chatHost) { ChatHost(seat: $0, settings: $1, site: site, peers: peers, rules: rules.host) }
        site.add(autoscaler) { Autoscaler(seat: $0, settings: $1, site: site, peers: peers) }
        site.add(messageService) {
            MessageService(seat: $0, settings: $1, site: site, peers: peers, rules: rules.messageService)
        }
        site.addWideColumnStore(messageStore, on: peers.messageStore)
        site.add(connectionService) {
            ConnectionService(
                seat: $0, settings: $1, site: site, peers: peers, rules: rules.connectionService)
        }
        site.addWideColumnStore(connectionStore, on: peers.connectionStore)
        let (cluster, registry) = (site.cluster, peers.registry)
        site.replication.offer(hostRegistry) { [unowned cluster] in
            HostRegistry.areInSync(registry, in: cluster)
        }

        SenderAct.offer(on: site, peers)
        site.revocations.offer { PartOrder("revoke", to: peers.gateways, .revoke($0), healedBy: nil) }
        var map = HostMap(of: hosts.count)
        _ = map.take(peers.firstView)
        site.doors.offer(toHost, FrontDoor.doors(to: hosts) { .said($0, $1) }) { [map] in
            map.host(of: $0) ?? 0
        }
        let gateways = FrontDoor.doors(to: peers.gateways) { .said($0, $1) }
        site.doors.offer(toGateway, gateways) { Int($0.number) % gateways.count }
        addFileServers(on: site, peers, rules.fileServer)
        offerBacklogs(on: site, peers)
        return { gateways[Int($0.number) % gateways.count] }
    }

    /// S0-29: how far who reads the logs is behind, most of all when nobody does.
    private static func offerBacklogs(on site: Site, _ peers: SenderPeers) {
        let cluster = site.cluster
        site.meters.offer(messageBacklog) { [unowned cluster] in
            let places = peers.generators.flatMap { cluster.inspect($0) { $0.letters.positions } ?? [] }
            return peers.messageLog.untaken(by: generators, at: places, in: cluster)
        }
        site.meters.offer(recipientBacklog) { [unowned cluster] in
            let places = peers.consumers.flatMap { cluster.inspect($0) { $0.log.positions } ?? [] }
            return peers.recipientLog.untaken(by: consumers, at: places, in: cluster)
        }
    }

    private static func addFileServers(on site: Site, _ peers: SenderPeers, _ rules: FileServerRules) {
        // So that no line of an app is drawn otherwise than without file servers.
        site.expectApps()
        let servers = site.add(fileServer) { FileServer(seat: $0, settings: $1, site: site, rules: rules) }
        site.doors.offer(toFiles, FrontDoor.doors(to: servers) { .said($0, $1) }) {
            peers.fileServer(of: LetterID(of: $0, 0))
        }
    }
}
