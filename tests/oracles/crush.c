/* TestU01's SmallCrush (L'Ecuyer and Simard 2007) over 32-bit numbers from standard input; prints "p NAME VALUE" for each p-value.
   With any argument: Crush. Built by tests/it/rng.rs against Debian's libtestu01-0-dev. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <testu01/bbattery.h>
#include <testu01/swrite.h>
#include <testu01/unif01.h>

static uint32_t numbers[1 << 14];
static size_t n, at;

static unsigned int next_number(void) {
    if (at == n) {
        n = fread(numbers, sizeof numbers[0], sizeof numbers / sizeof numbers[0], stdin);
        at = 0;
        if (n == 0) {
            fprintf(stderr, "the numbers came to an end\n");
            exit(2);
        }
    }
    return numbers[at++];
}

int main(int argc, char **argv) {
    unif01_Gen *generator = unif01_CreateExternGenBits("standard input", next_number);
    (void)argv;
    swrite_Basic = FALSE;
    if (argc > 1) {
        bbattery_Crush(generator);
    } else {
        bbattery_SmallCrush(generator);
    }
    for (int i = 0; i < bbattery_NTests; i++) {
        printf("p %s %.17g\n", bbattery_TestNames[i], bbattery_pVal[i]);
    }
    unif01_DeleteExternGenBits(generator);
    return 0;
}
