public import Vocabulary

/// How often devices ping a door: as the scenario says for all of them, or at a time of its own.
public enum PingInterval: Quantity {
    case asClient
    case every(Span)

    public static let range = Span.milliseconds(1)...Span.bounds.upperBound

    public static var form: QuantityForm {
        let time = Span.form.pattern!.dropFirst().dropLast().replacing("-?", with: "")
        return QuantityForm("'client' or a time", example: "4m", pattern: "^(client|\(time))$")
    }

    public init(reading text: String) throws(Misreading) {
        self = text == "client" ? .asClient : .every(try Span(reading: text, in: Self.range))
    }

    public var written: String {
        switch self {
        case .asClient: "client"
        case .every(let span): span.written
        }
    }
}
