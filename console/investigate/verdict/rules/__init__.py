"""The rules: each looks at one trouble and claims it, denies it, or says that it can't know."""
