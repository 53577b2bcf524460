/// What a member of a group that agrees decides, apart from how it carries that out: a value, so that a test can put
/// another rule in the place of one, and see who finds it out.
public struct AgreementRules: Sendable {
    /// Whether a member that has given its vote of this epoch to `vote`, or to nobody, gives it to a candidate.
    public var grants: @Sendable (_ vote: Int?, _ candidate: Int, _ isUpToDate: Bool) -> Bool = {
        vote, candidate, isUpToDate in isUpToDate && (vote == nil || vote == candidate)
    }

    public init() {}
}
