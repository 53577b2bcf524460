public import Infrastructure
public import Vocabulary

/// What reaches the clients of a part that rents several things.
public enum RentedNews: Marked {
    case produced(ProducerNews)
    case consumed(ConsumerNews)
    case registry(RegistryNews)
    case cache(CacheNews)

    public var mark: UInt64 {
        switch self {
        case .produced(let news): Vocabulary.mark(1, news.mark)
        case .consumed(let news): Vocabulary.mark(2, news.mark)
        case .registry(let news): Vocabulary.mark(3, news.mark)
        case .cache(let news): Vocabulary.mark(4, news.mark)
        }
    }

    public static var isCounted: Bool { true }

    public func noteCopied() {
        switch self {
        case .produced(let news): news.noteCopied()
        case .consumed(let news): news.noteCopied()
        case .registry(let news): news.noteCopied()
        case .cache(let news): news.noteCopied()
        }
    }

    public func noteDiscarded() {
        switch self {
        case .produced(let news): news.noteDiscarded()
        case .consumed(let news): news.noteDiscarded()
        case .registry(let news): news.noteDiscarded()
        case .cache(let news): news.noteDiscarded()
        }
    }
}
