/// What the parts of the design decide, so that a test can put another rule in the place of one.
public struct SenderRules: Sendable {
    public var gateway = GatewayRules()
    public var newMessage = NewMessageRules()
    public var generator = MessageGeneratorRules()
    public var consumer = MessageConsumerRules()
    public var assigner = HostAssignerRules()
    public var host = ChatHostRules()
    public var messageService = MessageServiceRules()
    public var connectionService = ConnectionServiceRules()
    public var fileServer = FileServerRules()
    public var logs = ServiceLogRules()

    public init() {}
}
