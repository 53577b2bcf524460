import HubbubCommand

HubbubCommand.main(
    benchmarks: Phold.benchmarks + [SingleQueue.benchmark, Deadlines.benchmark, PingPong.benchmark]
        + Fidelity.benchmarks)
