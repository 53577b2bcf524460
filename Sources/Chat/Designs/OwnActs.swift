public import Cluster
public import Vocabulary

/// Where apps bring an act of one design: a door to the part that they are connected to.
public typealias ActDoor = Door<ActSheet.ArgumentValue, ToDevice>

/// How a design has its own acts played: while it is built it offers, to each act of its sheet, the doors
/// behind which what stands behind the act's name becomes a message of its own.
///
///     let tips = ActDoor.doors(to: clerks) { .tipped($0, $1) }
///     site.acts.offer(PostOffice.tip) { _ in tips[0] }
///
/// An app brings the act when it is connected, and otherwise first thing on its next line. What is under way when
/// a line breaks is lost, as other words are that nobody answers.
public final class OwnActs {
    private var offers:
        [(name: String, door: (User) -> ActDoor, size: (ActSheet.ArgumentValue) -> ByteCount)] = []

    public init() {}

    /// - Parameter size: of what the app sends for it, beside what each word takes.
    public func offer(
        _ act: ActSheet, size: @escaping (ActSheet.ArgumentValue) -> ByteCount = { _ in .zero },
        at door: @escaping (User) -> ActDoor
    ) {
        precondition(!offers.contains { $0.name == act.name }, "'\(act.name)' is offered twice")
        offers.append((act.name, door, size))
    }

    func isOffered(_ act: ActSheet) -> Bool { offers.contains { $0.name == act.name } }

    /// Where an act of the sheet is brought, and what it weighs.
    func way(
        of act: String, _ value: ActSheet.ArgumentValue, by user: User
    ) -> (door: ActDoor, size: ByteCount) {
        guard let offer = offers.first(where: { $0.name == act }) else {
            preconditionFailure("the sheet promises the act '\(act)', and the design does not offer it")
        }
        return (offer.door(user), offer.size(value))
    }
}
