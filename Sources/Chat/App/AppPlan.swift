public import Vocabulary

/// The app of a design: what connections it keeps, what it says over which, in which order it shows letters,
/// and what it asks for. A value that the design chooses; each ability has a file of its own (`Phone+…`).
///
/// What people tap, and when, is not the app's to say: it is the same whatever is chosen here.
public struct AppPlan: Sendable {
    /// At most three. The first one leads where `Design.build` says; what it does best is to carry letters.
    public var channels: [Channel]
    public var routes = Routes()
    public var order = OrderRule.none
    public var sealing = Sealing.none
    /// Whether devices keep what was shown and sent there, so that it can be searched (S0-32).
    public var keepsStore = false
    /// When each device has a list of blocks of its own: what is done when they conflict. With nil a person has one
    /// list, which all of their devices see.
    public var blocks: BlockConflicts?
    /// What is asked each time that the app has a line for questions again, in this order.
    public var asksOnOpening: [Question.Kind] = []
    /// The channel whose opening counts for that, and over which it is asked; the one for questions when nil. Over the
    /// one by which new letters come, nothing falls between these and what is asked for: who answers there has heard
    /// before that the device is there.
    public var opening: Int?
    public var rules = AppRules()

    public init(channels: [Channel] = [Channel("host")]) {
        precondition((1...3).contains(channels.count), "an app with \(channels.count) channels")
        for (place, channel) in channels.enumerated() {
            if let asked = channel.foundOver {
                precondition(channels.indices.contains(asked), "'\(channel.name)' is found over nothing")
                precondition(asked != place, "'\(channel.name)' is found over itself")
            }
        }
        self.channels = channels
    }

    /// A connection that an app keeps, to a gateway, say, or to a chat host.
    public struct Channel: Sendable {
        public var name: String
        /// The channel over which the app asks where this one leads (`Question.Kind.door`): for the first time
        /// and after each failure. When nil it always leads where it led at first.
        public var foundOver: Int?
        /// False for one that is open only while the app has a question there.
        public var staysOpen: Bool
        /// Whether the app, when it gets no line where the channel led, goes on to the next of the doors that the design
        /// offers for it, as one does whose name has several addresses.
        public var triesOthers: Bool
        /// Whether it leads to where the file in hand lies: to the door that the design offers first to who sent it.
        public var leadsToFiles: Bool
        /// How long one that does not stay open is kept when there is nothing to do there.
        public var lingers: Span

        public init(
            _ name: String, foundOver: Int? = nil, staysOpen: Bool = true, triesOthers: Bool = false,
            leadsToFiles: Bool = false, lingers: Span = .zero
        ) {
            (self.name, self.foundOver, self.staysOpen) = (name, foundOver, staysOpen)
            (self.triesOthers, self.leadsToFiles, self.lingers) = (triesOthers, leadsToFiles, lingers)
        }
    }

    /// Over which channel what is said, by its place among them.
    public struct Routes: Sendable {
        public var letters = 0
        /// That letters were shown, or read.
        public var confirmations = 0
        public var changes = 0
        public var questions = 0
        /// Pieces of files, of apps that take any.
        public var files = 0

        public init() {}

        @inline(__always)
        func channel(for word: FromDevice) -> Int {
            switch word {
            case .send, .piece: letters
            case .shown, .stopped, .read: confirmations
            case .change, .block, .blocksSynced: changes
            case .ask(let question):
                switch question.kind {
                case .door: Int(question.channel)
                case .upload, .download: files
                default: questions
                }
            case .hello, .login: preconditionFailure("a hello is said on each line, and waits for none")
            }
        }
    }

    /// In which order an app shows what comes.
    public enum OrderRule: Hashable, Sendable {
        /// As it comes.
        case none
        /// A letter names the one that its sender saw before it in the conversation; it is shown after that
        /// one, and until then there is a placeholder (S1-5).
        case predecessor
        /// The system numbers letters; what is not above the highest number that was shown is not new
        /// (S2-13, S4-8).
        case serverID
    }
}
