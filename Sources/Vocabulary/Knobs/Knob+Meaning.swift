/// What a role may have too little of, as a run can tell: a knob says of itself which of these it relieves,
/// and by that causes and hints find it, whatever design it is of.
public enum Relief: Hashable, Sendable {
    /// Cores are busy all the time, and the knob is how many there are.
    case cores
    /// Cores are busy all the time, and the knob is how long a letter takes them.
    case work
    /// Cores are busy with lines that come back, and the knob is how long each takes.
    case lines
    /// A queue was full, and the knob is its length.
    case queue
    /// A disk is busy all the time.
    case disk
    /// A network interface carries all that it can, and the knob is how much that is.
    case bandwidth
    /// Connections were refused, and the knob is how many it takes.
    case connections
    /// What was kept was removed, and the knob is how long it is kept.
    case age
    /// A crash took what was acknowledged, and did not with this value.
    case loss(value: String)
}

/// What a role refuses when it is larger than the knob says: `validate` compares the load with it.
public enum KnobLimit: Hashable, Sendable {
    /// The body of a letter, in bytes.
    case letter
    /// The members of a room.
    case room
    /// How often somebody sends.
    case rate
}
