import Simulation

/// The formulas that measurements are compared with, none of which the simulation itself computes with.
///
/// Names are those of queueing theory: the *utilisation* ρ is the share of time that a server is busy, the
/// *load* a = cρ that of c servers together. All times come out in the unit of the service time that goes in.
/// (L. Kleinrock, *Queueing Systems*, volume 1, 1975, unless it says otherwise.)
package enum ClosedForms {
    /// M/M/1: a customer spends s/(1 − ρ) in the system on the average.
    package static func timeInSystem(utilisation: Double, service: Double) -> Double {
        service / (1 - utilisation)
    }

    /// M/M/1: the time in the system is exponential, so a share p of the customers stays less than −ln(1 −
    /// p)·s/(1 − ρ).
    package static func timeInSystem(quantile share: Double, utilisation: Double, service: Double) -> Double {
        -Elementary.log(1 - share) * timeInSystem(utilisation: utilisation, service: service)
    }

    /// M/M/1: ρ²/(1 − ρ) customers wait on the average.
    package static func queueLength(utilisation: Double) -> Double {
        utilisation * utilisation / (1 - utilisation)
    }

    /// Erlang's C: the share of customers of M/M/c who have to wait.
    ///
    /// By way of his B, the share that a system without a queue would turn away, which a recursion over the
    /// number of servers gives without powers and factorials: B(0) = 1, B(k) = aB(k − 1)/(k + aB(k − 1)), C =
    /// B/(1 − ρ(1 − B)).
    package static func erlangC(servers: Int, utilisation: Double) -> Double {
        let load = utilisation * Double(servers)
        var turnedAway = 1.0
        for server in 1...servers {
            turnedAway = load * turnedAway / (Double(server) + load * turnedAway)
        }
        return turnedAway / (1 - utilisation * (1 - turnedAway))
    }

    /// M/M/c: the mean wait is C·s/(c − a).
    package static func wait(servers: Int, utilisation: Double, service: Double) -> Double {
        let idle = Double(servers) * (1 - utilisation)
        return erlangC(servers: servers, utilisation: utilisation) * service / idle
    }

    /// M/G/1, Pollaczek and Khinchine: the mean wait is ρ/(1 − ρ)·(1 + v)/2·s, where v is the variance of
    /// service over the square of its mean: 1 for exponential service, which is M/M/1, and 0 for service that
    /// always takes as long, M/D/1.
    package static func wait(utilisation: Double, service: Double, squaredVariation: Double) -> Double {
        utilisation / (1 - utilisation) * (1 + squaredVariation) / 2 * service
    }

    /// A row of single servers with exponential service, each of which passes its customers on to the next:
    /// every one of them is as if alone (J. R. Jackson, *Networks of waiting lines*, 1957).
    package static func timeInTandem(gap: Double, services: [Double]) -> Double {
        services.reduce(0) { $0 + timeInSystem(utilisation: $1 / gap, service: $1) }
    }

    /// Many servers, where each customer goes to the one with fewer customers out of two that were chosen at
    /// random: Σ ρ^(2ᵏ − 2) mean services over k ≥ 1, in the limit of infinitely many servers. (N. D.
    /// Vvedenskaya, R. L. Dobrushin and F. I. Karpelevich 1996; M. Mitzenmacher, *The power of two choices in
    /// randomized load balancing*, 2001.)
    package static func timeInSystemOfTwoChoices(utilisation: Double, service: Double) -> Double {
        var sum = 0.0
        var term = 1.0  // ρ^(2ᵏ − 2); squared and times ρ², it is the next
        while term > 1e-18 {
            sum += term
            term *= term * utilisation * utilisation
        }
        return sum * service
    }

    /// The chance that at least one of `count` is, each of which is with that chance: 1 − (1 − p)ⁿ.
    package static func atLeastOne(of count: Int, chance: Double) -> Double {
        1 - (0..<count).reduce(1) { share, _ in share * (1 - chance) }
    }

    /// Where a lognormal distribution of that median and that 99th percentile has its 99.9th:
    /// m·(q/m)^(z₉₉.₉/z₉₉), with the two quantiles of the standard normal distribution.
    package static func logNormalP99_9(median: Double, p99: Double) -> Double {
        median * Elementary.pow(p99 / median, 3.090232306167813 / 2.326347874040841)
    }

    /// Gilbert's link loses all packets while it is bad: p/(p + r) of all.
    package static func gilbertLoss(worsens: Double, recovers: Double) -> Double {
        worsens / (worsens + recovers)
    }

    /// A bad state, and so a burst of losses, lasts 1/r packets: each packet ends it with probability r.
    package static func gilbertBurst(recovers: Double) -> Double { 1 / recovers }
}
