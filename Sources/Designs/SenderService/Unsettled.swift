internal import Chat
internal import Vocabulary

/// Devices that were to have something a moment ago which they do not have, and which may not be stored yet: a question for
/// their history would not find it. It is stored within the span after which a consumer has it delivered once more, and so
/// long the question waits. Such a device
///
/// - was not there when its room was sent something, of which no consumer hears (S0-38);
/// - has left a line, on which it may have heard nothing for a while;
/// - has come over another line while an older one, on which nobody hears any more, still stands.
struct Unsettled: Sendable {
    private let span: Span
    /// Until when, of those noted since `turnedAt`, and of those before. What was noted before those is settled, and gone.
    private var latest: [DeviceID: Instant] = [:]  // looked up only, never iterated
    private var earlier: [DeviceID: Instant] = [:]  // looked up only, never iterated
    private var turnedAt = Instant.start
    private var allUntil = Instant.start

    init(for span: Span) { self.span = span }

    mutating func note(_ device: DeviceID, at now: Instant) {
        if now - turnedAt >= span {
            swap(&earlier, &latest)
            latest.removeAll(keepingCapacity: true)
            turnedAt = now
        }
        latest[device] = now + span
    }

    /// Nobody knows which devices they are.
    mutating func noteAll(at now: Instant) { allUntil = now + span }

    /// Nil when all that may have been said to it is stored.
    func wait(of device: DeviceID, at now: Instant) -> Span? {
        let settled = max(latest[device] ?? earlier[device] ?? .start, allUntil)
        return settled > now ? settled - now : nil
    }
}
