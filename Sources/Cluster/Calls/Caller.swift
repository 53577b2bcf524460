public import Simulation

/// By which a part asks calls of one kind, all by one plan. It is made with the part, and kept in it:
///
///     init(seat: Seat) {
///         self.seat = seat
///         locate = seat.caller(by: .patient)
///     }
///     …
///     shift.call(Locate(letter: letter), at: assigner, by: locate)
@frozen
public struct Caller<C: Call>: Sendable {
    @usableFromInline let desk: Address<CallDesk<C>>

    @inlinable
    init(desk: Address<CallDesk<C>>) { self.desk = desk }
}
