import HubbubCommand

HubbubCommand.main(
    benchmarks: Phold.benchmarks + [SingleQueue.benchmark, Deadlines.benchmark, PingPong.benchmark]
        + Echo.benchmarks
        + Fidelity.benchmarks)
