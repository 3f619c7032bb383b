"""The paper's figures and our own studies: one file an experiment, computing and not drawing."""
