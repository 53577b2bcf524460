import Benchmarks
import Designs
import HubbubCommand

HubbubCommand.main(designs: [SingleServer.self, SenderService.self], benchmarks: Benchmark.all)
