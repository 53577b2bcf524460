/// Ends that a fault of links means: some machines, and all ends in some zones, devices too.
public struct LinkGroup: Sendable {
    public var machines: MachineSet
    public var zones: [Zone]

    public init(_ machines: MachineSet = .empty, zones: [Zone] = []) {
        self.machines = machines
        self.zones = zones
    }

    func contains(_ end: WayEnd) -> Bool {
        switch end {
        case .machine(let machine):
            machines.contains(machine.pointee.number) || zones.contains(machine.pointee.zone)
        case .devices(let zone): zones.contains(zone)
        }
    }
}
