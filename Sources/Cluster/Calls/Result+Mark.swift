public import Vocabulary

extension Result where Success: Marked, Failure == CallError {
    /// What came of a call, for the marks of inboxes.
    @inlinable public var mark: UInt64 {
        switch self {
        case .success(let reply): Vocabulary.mark(1, reply.mark)
        case .failure(let error): Vocabulary.mark(2, UInt64(error.rawValue))
        }
    }
}

extension Result where Failure == CallError {
    /// Why there is no answer; nil where there is one.
    @inlinable public var error: CallError? { if case .failure(let error) = self { error } else { nil } }
}
