extension Benchmark {
    /// In the order of lists.
    public static let all =
        Phold.benchmarks + [SingleQueue.benchmark, Deadlines.benchmark, PingPong.benchmark]
        + Echo.benchmarks + [Drain.benchmark] + Fidelity.benchmarks + RealTCP.benchmarks + LogBench.benchmarks
        + StoreBench.benchmarks + Chain.benchmarks
}
