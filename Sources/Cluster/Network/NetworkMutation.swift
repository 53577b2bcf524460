/// What tests make the network do wrong, to see that their checks find it out.
package enum NetworkMutation {
    /// It lets packets through a partition.
    case forgetsPartitions
    /// A stream that had lost contact delivers what it had pending a second time.
    case repeatsAtReconnection
}
