internal import CSimulation

/// The memory of what is going to happen soon.
extension EventQueue {
    private static let scoutCount = 16

    /// Asks for the memory that the next buckets will touch, while this one's events happen. With 100,000
    /// actors nearly all of it lies outside of the core's own caches, and waiting for each piece in turn
    /// takes longer than everything else together.
    ///
    /// A list can only be followed from event to event, so each of the next sixteen buckets has a scout in
    /// its list, which goes on by one event whenever a bucket is entered, and asks for the event behind and
    /// for the table entry of the actor. Of the bucket after the next one, events and table entries are there
    /// by then, and the actors can be asked for; of the next one the actors are there too, and those that
    /// look ahead ask for what else they will touch.
    mutating func lookAhead(from bucket: UInt64, in mailboxes: UnsafeMutablePointer<Mailbox>) {
        let entered = bucket &- scoutsFrom
        scoutsFrom = bucket
        for place in 0..<Self.scoutCount {
            let before = UInt64(place) &+ entered
            let isNew = before >= UInt64(Self.scoutCount)
            let later = lists[Int((bucket &+ UInt64(place) &+ 1) & bucketMask)]
            guard let event = isNew ? later : scouts[Int(before)] else {
                scouts[place] = nil
                continue
            }
            if isNew {
                scouts[place] = event
                hubbub_prefetch(event)
            } else {
                hubbub_prefetch(entry(of: event, in: mailboxes))
                scouts[place] = event.pointee.next
                hubbub_prefetch(event.pointee.next)
            }
        }
        forEachEvent(in: lists[Int((bucket &+ 2) & bucketMask)]) { event in
            guard let actor = entry(of: event, in: mailboxes).pointee else { return }
            hubbub_prefetch(actor)
            hubbub_prefetch(actor + 64)
        }
        forEachEvent(in: lists[Int((bucket &+ 1) & bucketMask)]) { event in
            guard !event.pointee.isCancelled else { return }  // there is no message any more
            guard let expect = mailboxes[RawAddress(word: event.pointee.target).mailbox].expect,
                let actor = entry(of: event, in: mailboxes).pointee
            else { return }
            expect(actor, event.message)
        }
    }

    private func entry(
        of event: EventPointer, in mailboxes: UnsafeMutablePointer<Mailbox>
    ) -> UnsafeMutablePointer<UnsafeRawPointer?> {
        let place = RawAddress(word: event.pointee.target)
        return mailboxes[place.mailbox].actors + place.index
    }
}
