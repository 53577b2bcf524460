internal import Cluster
internal import Vocabulary

extension RetryPolicy {
    /// Of calls whose caller decides itself what to do next.
    static var never: RetryPolicy { RetryPolicy(attempts: 1, base: .zero, cap: .zero, retryable: []) }
}
