import HubbubCommand

HubbubCommand.main(benchmarks: [])
