/// How far behind the consumers of a design's logs are: it offers, while it is built, to each role whose sheet says that
/// it has a lag, where that is read, once a second.
///
///     site.lags.offer(recipientLog) { log.lag(in: cluster) }
public final class Lags {
    private var offers: [(role: String, read: () -> Int)] = []

    public init() {}

    public func offer(_ role: some RoleDescription, _ read: @escaping () -> Int) {
        let name = role.sheet.name
        precondition(role.sheet.hasLag, "the sheet of \(name) does not say that it has a lag")
        precondition(self[name] == nil, "the lag of \(name) twice")
        offers.append((name, read))
    }

    /// Nil of a role that is no log.
    package subscript(role: String) -> Int? { offers.first { $0.role == role }?.read() }
}
