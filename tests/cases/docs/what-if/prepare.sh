drift init
code=0
drift up --max-write-units 1 --concurrency 1 || code=$?
test $code = 7
