public import Cluster
public import Simulation

/// What the events of phones are called by whoever reads or counts them.
extension Phone {
    public nonisolated func name(number: Int) -> ActorName {
        ActorName(group: RoleSheet.client.name, number: number)
    }

    public static func kind(of event: DeviceEvent<ToDevice>) -> String {
        switch event {
        case .said: "line message"
        case .opened: "line opening"
        case .closed: "line ending"
        case .due(let note):
            switch note.kind {
            case Note.tap.kind, Note.tapHere.kind: "tap"
            case Note.readKind: "read"
            case Note.reconnectKind, Note.openOverdueKind, Note.stillKind: "line timer"
            case Note.session.kind, Note.accessLost.kind, Note.accessGained.kind: "coming and going"
            case Note.scriptKind: "script"
            default: "timer"
            }
        }
    }
}
