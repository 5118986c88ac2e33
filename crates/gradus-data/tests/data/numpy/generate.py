"""Writes the NPY and NPZ files of this folder with numpy: `python3 generate.py`.

`expected.json` says what numpy holds in each: shape, order, type, and the elements row by row as
texts (numbers that JSON has no literal for, and integers beyond 2^53, stay exact).
"""

import json
import sys

import numpy as np
from numpy.lib import format as npy

ARRAYS = {
    "f8_2d": np.array([[1.5, -2.0, 1e300], [0.1, np.inf, -0.0]]),
    "f8_2d_fortran": np.asfortranarray(np.array([[1.5, -2.0, 3.25], [0.1, -np.inf, 6.0]])),
    "f4_2d_big": np.array([[1.5, 0.1], [-3e38, np.nan]], dtype=">f4"),
    "f8_1d_big": np.array([1 / 3, -1e-310], dtype=">f8"),
    "f8_0d": np.array(2.5),
    "i1_1d": np.array([-128, 0, 127], dtype="i1"),
    "i2_1d_big": np.array([-32768, 258], dtype=">i2"),
    "i4_1d": np.array([-2147483648, 16909060], dtype="<i4"),
    "i8_1d": np.array([-9223372036854775808, 9223372036854775807], dtype="<i8"),
    "u1_2d": np.array([[0, 255], [7, 8]], dtype="u1"),
    "u2_1d": np.array([65535, 258], dtype="<u2"),
    "u4_1d_big": np.array([4294967295, 16909060], dtype=">u4"),
    "u8_1d": np.array([18446744073709551615, 1], dtype="<u8"),
    "bool_1d": np.array([True, False, True]),
    "i2_3d": np.arange(12, dtype="<i2").reshape(2, 3, 2),
    "i2_3d_fortran": np.asfortranarray(np.arange(12, dtype="<i2").reshape(2, 3, 2)),
    "f8_empty": np.zeros((0, 3)),
}


def describe(array):
    return {
        "shape": list(array.shape),
        "fortran": bool(array.flags.f_contiguous and not array.flags.c_contiguous),
        "type": array.dtype.str.lstrip("<>|="),
        "values": [repr(value) for value in array.reshape(-1).tolist()],
    }


def main():
    expected = {}
    for name, array in ARRAYS.items():
        np.save(f"{name}.npy", array, allow_pickle=False)
        expected[name] = describe(array)
    for version in [(2, 0), (3, 0)]:
        with open(f"version_{version[0]}.npy", "wb") as file:
            npy.write_array(file, ARRAYS["f8_2d"], version=version, allow_pickle=False)
        expected[f"version_{version[0]}"] = describe(ARRAYS["f8_2d"])
    for name, array in {
        "refused_complex": np.array([1 + 2j]),
        "refused_text": np.array(["abc"]),
        "refused_half": np.array([1.0], dtype="f2"),
        "refused_record": np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
    }.items():
        np.save(f"{name}.npy", array, allow_pickle=False)
    np.save("refused_object.npy", np.array([None], dtype=object), allow_pickle=True)

    chosen = {name: ARRAYS[name] for name in ["f8_2d", "f8_2d_fortran", "u1_2d", "f8_0d", "bool_1d"]}
    chosen["größe"] = np.zeros((40, 5), dtype="f4")
    np.savez("stored.npz", **chosen)
    np.savez_compressed("deflated.npz", **chosen)
    expected["größe"] = describe(chosen["größe"])
    expected["source"] = f"numpy {np.__version__}, Python {sys.version.split()[0]}"
    with open("expected.json", "w") as file:
        json.dump(expected, file, indent=1, ensure_ascii=False)
        file.write("\n")


main()
