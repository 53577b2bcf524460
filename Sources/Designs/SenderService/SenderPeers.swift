internal import Chat
internal import Cluster
internal import Infrastructure
internal import Rented
internal import Vocabulary

/// Who the parts of the design know from the beginning, and the clients of what it rents.
struct SenderPeers: @unchecked Sendable {
    let gateways: Endpoints<Gateway>
    let newMessageServices: Endpoints<NewMessageService>
    let generators: Endpoints<MessageGenerator>
    let consumers: Endpoints<MessageConsumer>
    let assigners: Endpoints<HostAssigner>
    let hosts: Endpoints<ChatHost>
    /// Those that are on at first.
    let hostCount: Int
    let messageServices: Endpoints<MessageService>
    let connectionServices: Endpoints<ConnectionService>
    let autoscaler: Endpoint<Autoscaler>
    let registry: Endpoints<HostRegistry>
    /// Where gateways pass files on; nil where apps have a way of their own to the file servers.
    let fileServers: Endpoints<FileServer>?
    let fileServerCount: Int

    let messageLog: PartitionedLog<PostedLetter>
    let recipientLog: PartitionedLog<AddressedLetter>
    let cache: CachePlace
    let messageStore: WideColumnRing
    let messageStoreSettings: WideColumnSettings
    let connectionStore: WideColumnRing
    let connectionStoreSettings: WideColumnSettings

    let owedWords = OwedWords()
    /// Who is to be told of a user's new key.
    let connections: Connections
    /// What services log.
    let logs: ServiceLogRules

    init(on site: Site, _ rules: SenderRules) {
        logs = rules.logs
        gateways = site.reserve(SenderService.gateway)
        newMessageServices = site.reserve(SenderService.newMessageService)
        generators = site.reserve(SenderService.messageGenerator)
        consumers = site.reserve(SenderService.messageConsumer)
        assigners = site.reserve(SenderService.hostAssigner)
        hosts = site.reserve(SenderService.chatHost)
        hostCount = site.count(of: SenderService.chatHost)
        messageServices = site.reserve(SenderService.messageService)
        connectionServices = site.reserve(SenderService.connectionService)
        autoscaler = site.reserve(SenderService.autoscaler)[0]
        registry = site.reserve(SenderService.hostRegistry)
        messageLog = site.reserveLog(
            SenderService.messageLog, controllers: SenderService.messageLogController)
        recipientLog = site.reserveLog(
            SenderService.recipientLog, controllers: SenderService.recipientLogController)
        cache = site.reserveCache(SenderService.cache, sentinels: SenderService.cacheSentinel)
        messageStoreSettings = site.settings(of: SenderService.messageStore).store
        messageStore = WideColumnRing(
            of: site.reserve(SenderService.messageStore), in: site.cluster, settings: messageStoreSettings)
        connectionStoreSettings = site.settings(of: SenderService.connectionStore).store
        connectionStore = WideColumnRing(
            of: site.reserve(SenderService.connectionStore), in: site.cluster,
            settings: connectionStoreSettings)
        connections = Connections(site.census)
        let isByGateways = site.settings(of: SenderService.fileServer).path == .gateways
        fileServers = isByGateways ? site.reserve(SenderService.fileServer) : nil
        fileServerCount = site.count(of: SenderService.fileServer)
    }

    /// Where a file lies.
    func fileServer(of letter: LetterID) -> Int { Int(letter.sender.number) % fileServerCount }

    /// The hosts that there are when the run begins.
    var firstView: HostView { HostView(version: 1, hosts: 0..<hostCount) }

    // MARK: Those who keep a copy of what the connection service knows

    var listenerCount: Int { ends.last! }

    /// By kind: the number behind its last listener.
    private var ends: [Int] {
        var sum = 0
        return [
            gateways.count, newMessageServices.count, generators.count, hosts.count, messageServices.count,
            connectionServices.count,
        ].map {
            sum += $0
            return sum
        }
    }

    func isConnectionService(_ number: Int, listener: Int) -> Bool { listener == ends[4] + number }

    func tell(
        _ news: PeopleNews, listener: Int, from service: isolated ConnectionService,
        in shift: ConnectionService.Shift
    ) {
        let ends = ends
        func post<P: Part>(_ message: P.Inbox, _ endpoints: Endpoints<P>, behind kind: Int) {
            let number = kind == 0 ? listener : listener - ends[kind - 1]
            shift.post(
                message, to: endpoints[number], size: SenderService.frame,
                orElse: .lost(news, listener: UInt16(listener)))
        }
        switch ends.firstIndex(where: { listener < $0 }) {
        case 0: post(.people(news), gateways, behind: 0)
        case 1: post(.people(news), newMessageServices, behind: 1)
        case 2: post(.people(news), generators, behind: 2)
        case 3: post(.people(news), hosts, behind: 3)
        case 4: post(.people(news), messageServices, behind: 4)
        case 5: post(.people(news), connectionServices, behind: 5)
        default: preconditionFailure("there is no listener \(listener)")
        }
    }
}
