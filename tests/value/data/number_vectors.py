#!/usr/bin/env -S python3 -B
"""Writes number_vectors.txt: what exact decimal arithmetic says of DynamoDB numbers, for number_test.cpp.

    tests/value/data/number_vectors.py > tests/value/data/number_vectors.txt

Each line is one case, its fields between spaces:
    text TEXT CANONICAL|error     reading, and writing again
    add A B SUM|error
    order A B -1|0|1
"""

import random
from decimal import Context, Decimal, MAX_EMAX, MIN_EMIN

EXACT = Context(prec=2000, Emax=MAX_EMAX, Emin=MIN_EMIN)
DIGITS_MAX, FIRST_DIGIT_MAX, FIRST_DIGIT_MIN = 38, 125, -130


def canonical(number):
    """The plain text of a number, or "error" when DynamoDB could not hold it."""
    number = number.normalize(EXACT)
    if number == 0:
        return "0"
    if len(number.as_tuple().digits) > DIGITS_MAX or not FIRST_DIGIT_MIN <= number.adjusted() <= FIRST_DIGIT_MAX:
        return "error"
    return format(number, "f")


def read(text):
    number = EXACT.create_decimal(text)
    if number == 0:  # its range is checked as if its last digit were a one
        return "0" if FIRST_DIGIT_MIN <= number.as_tuple().exponent <= FIRST_DIGIT_MAX else "error"
    return canonical(number)


def digits(random_, count):
    return "".join(random_.choice("0123456789") for _ in range(count))


def some_text(random_):
    text = random_.choice(["", "", "-", "+"]) + digits(random_, random_.choice([1, 2, 5, 18, 19, 20, 37, 38, 39]))
    if random_.random() < 0.5:
        text += "." + digits(random_, random_.randrange(0, 25))
    if random_.random() < 0.4:
        text += random_.choice("eE") + random_.choice(["", "+", "-"]) + str(random_.randrange(0, 140))
    return text


def some_number(random_):
    """One that is in range."""
    while True:
        text = read(some_text(random_))
        if text != "error":
            return text


def near(random_, text):
    """A number that differs from `text` in its last places, or not at all."""
    number = Decimal(text)
    step = Decimal((0, (random_.randrange(0, 3),), number.as_tuple().exponent))
    result = canonical(EXACT.add(number, step if random_.random() < 0.5 else -step))
    return text if result == "error" else result


def main():
    random_ = random.Random(20240611)
    edges = ["0", "1", "-1", "1E125", "9.9999999999999999999999999999999999999E+125", "1E-130", "1E38", "1E37",
             "99999999999999999999999999999999999999", "0.00000000000000000000000000000000000001", "2E38", "-1E38",
             "1.0000000000000000000000000000000000001", "5E-130", "-9.9999999999999999999999999999999999999E+125",
             "18446744073709551615", "18446744073709551616", "-9223372036854775808", "4.1234567890123456789E-111"]
    more = ["1E126", "9.99999999999999999999999999999999999999E+125", "1E-131", "0.1E-130", "10E-131", "0E125", "0E126",
            "0.0E126", "0E-130", "0E-131", "0.0E-130", "1" + "0" * 125, "1" + "0" * 126, "0." + "0" * 129 + "1",
            "0." + "0" * 130 + "1", "1" * 39, "1" * 38 + "0" * 87, "1" * 38 + "." + "0" * 50, "000.10", ".5", "5.",
            "-0", "+0.0", "-0.0e5", "1e99999999999", "1e-99999999999", "1e99999999999999999"]
    for text in edges + more + [some_text(random_) for _ in range(300)]:
        print("text", text, read(text))
    for a in edges:
        for b in edges:
            print("add", a, b, canonical(EXACT.add(Decimal(a), Decimal(b))))
    for _ in range(500):
        a = some_number(random_)
        b = random_.choice([some_number(random_), near(random_, a), canonical(-Decimal(near(random_, a)))])
        print("add", a, b, canonical(EXACT.add(Decimal(a), Decimal(b))))
        print("order", a, b, int(Decimal(a).compare(Decimal(b), EXACT)))
    for a in edges:
        for b in edges:
            print("order", a, b, int(Decimal(a).compare(Decimal(b), EXACT)))


if __name__ == "__main__":
    main()
