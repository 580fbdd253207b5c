"""The commands of `kaohe`, one module for each thing an operator looks after."""
