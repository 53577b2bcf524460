extension Knob {
    /// A knob of something that these settings have a part of: the cores of a role's machine.
    public init<Part: Settings>(_ knob: Knob<Part>, of part: any WritableKeyPath<Owner, Part> & Sendable) {
        description = knob.description
        turn = { (owner, text) throws(Misreading) in try knob.turn(&owner[keyPath: part], text) }
        text = { knob.text($0[keyPath: part]) }
    }
}
