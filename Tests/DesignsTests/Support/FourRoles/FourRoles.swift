import Chat
import Cluster
import Designs
import Simulation
import Vocabulary

/// A gateway that takes letters, chat hosts that hand them out, a discovery service that says which host is
/// whose, and one store that knows all: the smallest system whose phones have three channels.
///
///     phone ── letters, changes, questions ──▶ gateway ──▶ store ──▶ host ── letters ──▶ phone
///       └───── whose host? ─▶ discovery                      ▲──────────┘ shown, here, gone
///
/// The machines stand in one zone, a byte takes them a nanosecond, and their cores take no time.
enum FourRoles {
    static let sheet = DesignSheet(
        "four-roles", "A gateway, a discovery service, chat hosts and a store",
        roles: [gateway, discovery, host, store],
        metrics: [
            .sealedLetters, .ciphertexts, .sealedBytes, .resendsAsked, .sendsSaved, .deadLetters,
            .blockConflicts, .unblocksForbidden, .blocksMistaken, .blockInconsistency,
            .search, .storedBytes, .storedLetters, .historyBytes, .historyDownload,
        ],
        promises: [OpenedToShow.self],
        checksCredentials: true)
    static let gateway = Role(
        "gateway", "Takes what phones send", in: 1...1, of: Gateway.self)
    static let discovery = Role("discovery", "Says which host is whose", in: 1...1, of: Discovery.self)
    static let host = Role("host", "Hands letters out", count: 3, in: 1...100, of: ChatHost.self)
    static let store = Role("store", "Keeps all letters", in: 1...1, of: LetterStore.self)

    /// The channels of its app.
    static let toGateway = 0
    static let toHost = 1
    static let toDiscovery = 2

    static func app(
        order: AppPlan.OrderRule = .none, asks: [Question.Kind] = [], sealing: Sealing = .none,
        blocks: BlockConflicts? = nil, keepsStore: Bool = false, rules: AppRules = AppRules()
    ) -> AppPlan {
        var plan = AppPlan(channels: [
            .init("gateway"), .init("host", foundOver: toDiscovery), .init("discovery", staysOpen: false),
        ])
        plan.routes.confirmations = toHost
        plan.order = order
        plan.asksOnOpening = asks
        plan.sealing = sealing
        plan.blocks = blocks
        plan.keepsStore = keepsStore
        plan.rules = rules
        return plan
    }

    /// Of the host that is a user's at first.
    static func first(of user: User, among hosts: Int) -> Int { Int(user.number) % hosts }

    /// What can be chosen of it.
    struct Choice {
        /// Whether letters get numbers of the system's.
        var numbers = false
        /// Whether the store leaves letters to the hosts: what a host has lost is lost.
        var handsOver = false
        var kit = Sessions.Rules()
        /// Whether people are told of others' new keys (S0-23).
        var tellsOfKeys = true
        /// What is done when blocks of one person's devices conflict.
        var blocks = BlockConflicts.askUser
        var blockRules = BlockLists.Rules()
        /// Whether the store looks at blocks before it hands a letter on (S0-25).
        var checksBlocks = true
    }

    static func build(on site: Site, _ choice: Choice = Choice()) -> (User) -> FrontDoor {
        let stores = site.reserve(store)
        let hosts = site.reserve(host)
        let gateways = site.reserve(gateway)
        site.add(store) { seat, _ in
            LetterStore(seat: seat, site: site, hosts: hosts, gateway: gateways[0], choice: choice)
        }
        site.add(host) { seat, _ in ChatHost(seat: seat, site: site, store: stores[0], choice: choice) }
        site.add(gateway) { seat, _ in Gateway(seat: seat, site: site, store: stores[0]) }
        site.revocations.offer { PartOrder("revoke", to: gateways, .revoke($0), healedBy: nil) }
        let discoveries = site.reserve(discovery)
        site.add(discovery) { seat, _ in Discovery(seat: seat, hosts: hosts, itself: discoveries[0]) }
        site.doors.offer(toHost, FrontDoor.doors(to: hosts) { .said($0, $1) }) {
            first(of: $0, among: hosts.count)
        }
        site.doors.offer(toDiscovery, FrontDoor.doors(to: discoveries) { .said($0, $1) }) { _ in 0 }
        let doors = FrontDoor.doors(to: gateways) { .said($0, $1) }
        return { _ in doors[0] }
    }
}

extension Site {
    /// What a word weighs: 250 B, and what it brings.
    func size(of word: ToDevice) -> ByteCount {
        switch word {
        case .letter(let letter): envelopes.copySize(of: letter) + .bytes(250)
        case .answer(let answer): pages.size(of: answer.page, envelope: .bytes(250)) + .bytes(250)
        default: .bytes(250)
        }
    }
}
