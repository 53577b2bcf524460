public import Chat
public import Cluster
internal import Vocabulary

/// S4-13: everything on one server, as the starting point to compare with. One crash stops all service.
public enum SingleServer: Design {
    public static let sheet = DesignSheet(
        "single-server", "Everything on one server: a legal starting point, and the one to copy",
        roles: [server], checksCredentials: true,
        // Of 14.1 with one recipient and 78.9 with nine, by runs of ten minutes with 10,000 people.
        effort: Effort(eventsPerLetter: 6, eventsPerShowing: 8),
        scale: ScaleSheet(
            people: 100_000, oneLetterEvery: .minutes(1), of: .kilobytes(4), requirement: "S0-6"))

    static let server = Role(
        "server", "Takes, stores and delivers all letters", requirements: ["S4-13"], in: 1...1,
        settings: ServerSettings.self, of: Server.self)

    public static let stages =
        [
            StageSheet(
                "core wait", of: server,
                about: "until a core has time for a letter, which comes from a phone or from the disk"),
            StageSheet("work", of: server, about: "a core of the server works on a letter that has come"),
            StageSheet(
                "disk", of: server,
                about: "until the disk is done with a letter: waits, writes and syncs"),
        ]
    static let queue = Stage.own
    static let work = Stage.own + 1
    static let disk = Stage.own + 2
    public static let promises = Promises()

    public static func build(on site: Site) -> (User) -> FrontDoor { build(on: site, rules: ServerRules()) }

    public static func build(on site: Site, rules: ServerRules) -> (User) -> FrontDoor {
        let servers = site.add(server) { seat, settings in
            Server(seat: seat, settings: settings, site: site, rules: rules)
        }
        site.revocations.offer { PartOrder("revoke", to: servers, .revoke($0), healedBy: nil) }
        let doors = FrontDoor.doors(to: servers) { .said($0, $1) }
        return { _ in doors[0] }
    }
}
