internal import Cluster
internal import Simulation
internal import Vocabulary

/// What a node does as a replica.
extension WideColumnNode {
    /// Takes over the references to the rows. False when the disk takes one of them not.
    func store(_ rows: Contents<WideRow>, in shift: Shift) -> Bool {
        var isStored = true
        for place in 0..<rows.count {
            let row = rows.element(place)
            if shift.append(row, to: commitLog) == nil {
                isStored = false
            } else {
                table.take(row)
            }
        }
        return isStored
    }

    /// Who wants to know what there is.
    enum Reader {
        case coordinator(Ticket<WideSlice>)
        /// This node itself, for what it coordinates.
        case me(read: UInt32, contact: Int)
    }

    func answer(_ look: WideLook, to reader: Reader, in shift: Shift) {
        let slice = table.slice(look)
        switch reader {
        case .coordinator(let ticket): shift.reply(slice, to: ticket, size: slice.size)
        case .me(let read, let contact): take(.success(slice), of: contact, for: read, in: shift)
        }
    }
}
