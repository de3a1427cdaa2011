"""The command as a module: what the display in a terminal starts to carry the run. Not here: anything else."""

from volt_assets.cli.main import main

main(prog_name="volt-agent")
