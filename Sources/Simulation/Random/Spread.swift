/// How something varies, as a scenario file states it: the latency of a link, a user's pause. One draw a
/// sample.
///
/// Values have the unit of the parameters handed in. All cases draw exactly one number, the constant too, and
/// take the same quantile of it: a file that replaces one case by another shifts no later draw, and what was
/// a slow packet under one is the same slow packet under the other.
@frozen
public enum Spread: Hashable, Sendable {
    case constant(Double)
    case uniform(Uniform)
    case exponential(Exponential)
    case logNormal(LogNormal)
    case pareto(Pareto)
    case table(QuantileTable)

    public var mean: Double {
        switch self {
        case .constant(let value): value
        case .uniform(let uniform): uniform.mean
        case .exponential(let exponential): exponential.mean
        case .logNormal(let logNormal): logNormal.mean
        case .pareto(let pareto): pareto.mean
        case .table(let table): table.mean
        }
    }

    public var variance: Double {
        switch self {
        case .constant: 0
        case .uniform(let uniform): uniform.variance
        case .exponential(let exponential): exponential.variance
        case .logNormal(let logNormal): logNormal.variance
        case .pareto(let pareto): pareto.variance
        case .table(let table): table.variance
        }
    }

    @inlinable
    public func quantile(_ share: Double) -> Double {
        switch self {
        case .constant(let value): value
        case .uniform(let uniform): uniform.quantile(share)
        case .exponential(let exponential): exponential.quantile(share)
        case .logNormal(let logNormal): logNormal.quantile(share)
        case .pareto(let pareto): pareto.quantile(share)
        case .table(let table): table.quantile(share)
        }
    }

    @inlinable
    public func sample(_ stream: inout RandomStream) -> Double { quantile(stream.openUnit()) }
}
