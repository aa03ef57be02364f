import CaseloadCLI

await CommandLineTool.main()
