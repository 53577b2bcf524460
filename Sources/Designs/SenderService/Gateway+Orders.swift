internal import Chat
internal import Cluster
internal import Vocabulary

/// Blocks of apps whose devices have lists of their own: the connection service decides (S0-27). It gets the orders of a
/// device one after the other, since the later one has the last word.
extension Gateway {
    func take(_ order: BlockOrder, of device: DeviceID, in shift: Shift) {
        let number = directory.number(of: device)
        guard orders[number] == nil else {
            orders[number]?.append(order)
            return
        }
        orders[number] = []
        pass(order, of: device, Try(), in: shift)
    }

    private func passNext(of device: DeviceID, in shift: Shift) {
        let number = directory.number(of: device)
        guard let next = orders[number]?.first else {
            orders[number] = nil
            return
        }
        orders[number]?.removeFirst()
        pass(next, of: device, Try(), in: shift)
    }

    private func pass(_ order: BlockOrder, of device: DeviceID, _ attempt: Try, in shift: Shift) {
        let callee = connectionServices.pick(for: UInt64(device.user.number), at: shift.now)
        shift.call(
            OrderBlock(order: order, device: device, attempt: attempt.asking(callee)),
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
            if let entry = answer.entry { say(.blockSet(entry), to: device, in: shift) }
            if let user = answer.question { say(.blockQuestion(user), to: device, in: shift) }
            passNext(of: device, in: shift)
        case .failure(let error):
            noteFailure(of: attempt, error, at: shift.now)
            if let next = attempt.next(of: settings) {
                pass(order, of: device, next, in: shift)
            } else {
                passNext(of: device, in: shift)
            }
        }
    }
}
