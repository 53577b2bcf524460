internal import Chat
internal import Cluster
internal import Vocabulary

/// Blocks of apps whose devices have lists of their own: the connection service decides (S0-27).
extension Gateway {
    func pass(_ order: BlockOrder, of device: DeviceID, _ attempt: Try, in shift: Shift) {
        var attempt = attempt
        let callee = connectionServices.pick(for: UInt64(device.user.number), at: shift.now)
        attempt.callee = UInt8(callee)
        shift.call(
            OrderBlock(order: order, device: device, attempt: attempt),
            at: peers.connectionServices[callee], by: self.order)
    }

    /// Not answered, the app says it again (S0-26).
    func answer(
        _ order: BlockOrder, of device: DeviceID, _ attempt: Try, _ result: Result<OrderAnswer, CallError>,
        in shift: Shift
    ) {
        switch result {
        case .success(let answer):
            say(.blockAnswered(order.number, answer.answer), to: device, in: shift)
            if let correction = answer.correction { say(.blockSet(correction), to: device, in: shift) }
        case .failure(let error):
            noteFailure(of: attempt, error, at: shift.now)
            if let next = attempt.next(of: settings) { pass(order, of: device, next, in: shift) }
        }
    }
}
