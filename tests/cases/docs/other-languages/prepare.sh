cp "$EXAMPLES/migrations/other/00001_add_decade.py" .
