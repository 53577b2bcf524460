import Designs
import HubbubCommand

HubbubCommand.main(
    designs: [SingleServer.self, SenderService.self],
    benchmarks: Phold.benchmarks + [SingleQueue.benchmark, Deadlines.benchmark, PingPong.benchmark]
        + Echo.benchmarks + [Drain.benchmark]
        + Fidelity.benchmarks + RealTCP.benchmarks + LogBench.benchmarks
        + StoreBench.benchmarks)
