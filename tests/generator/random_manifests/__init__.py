# SPDX-License-Identifier: MIT
"""Random valid manifests of every class, and random mistakes in them."""
